"""Django's PostgreSQL, over a pool whose connections are looked at, and not asked, where they served a moment ago."""
