"""What the project exists for: the rules that judge a model's provenance, each once, and what keeps them true."""
