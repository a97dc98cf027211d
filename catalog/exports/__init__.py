"""What the catalogue says of models, written in the formats of other tools: one file or package per format.

`loading` reads the models into the plain `records` that every format takes; `registry` lists the formats. The same
records give the same bytes.
"""
