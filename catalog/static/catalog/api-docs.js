"use strict";

// The page's policy allows scripts from this server alone, so nothing is inline and nothing is asked of a validator.
const docs = document.getElementById("docs");

SwaggerUIBundle({
  url: docs.dataset.schema,
  domNode: docs,
  deepLinking: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
});
