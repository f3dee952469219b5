"""Whether two nodes of a graph are equal: refuted with enclosures, judged by their domains, proved by algebra."""
