"""The shapes of answers, for the OpenAPI document. Answers are plain values and are never built through these."""
