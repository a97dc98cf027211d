"""The views of the API, one file per topic. What reads is here; `catalog.api.writing` adds what writes."""
