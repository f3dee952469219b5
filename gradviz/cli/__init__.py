"""The command line: one command per file; it parses options and calls the api."""
