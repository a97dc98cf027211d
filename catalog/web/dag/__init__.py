"""Pictures of where a model came from: a layered graph, laid out here and rendered by `catalog/svg/dag.html`.

    drawing = draw(lineage, name="lineage")                        # one graph
    drawings = draw_together({"a-v1": graph, "b-v1": other_graph})  # the same scale and the same places

    {% include "catalog/svg/dag.html" with drawing=drawing %}

Pure: no database, no request. `name` tells the drawings of one page apart. What a version came from stands to its
right, so that every arrow reads as a sentence from left to right: model, produced by, analysis.
"""

from catalog.web.dag.drawing import Box, Drawing, Line, Statement, draw, draw_together

__all__ = ["Box", "Drawing", "Line", "Statement", "draw", "draw_together"]
