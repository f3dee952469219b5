"""Pages for a browser, each whole in one file: no scripts, nothing fetched, every text escaped."""
