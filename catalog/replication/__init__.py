"""Reading from replicas of the database. docs/scaling.md says what is promised, and how to run them.

Without replicas nothing of this is in the way of a request: no router, no middleware, no query.
"""
