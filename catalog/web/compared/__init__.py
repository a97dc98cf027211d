"""How a comparison reads on its page: the comparison's own objects, in columns, groups, sections and words."""
