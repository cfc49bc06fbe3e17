import js from "@eslint/js";
import globals from "globals";

export default [
  { files: ["static/js/**/*.js"] },
  { ignores: ["static/vendor/**", "tests/**", "templates/**", "**/.*/**"] },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2023, sourceType: "module", globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      curly: ["error", "multi-line"],
      eqeqeq: "error",
      "no-alert": "error",
      "no-console": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-shadow": "error",
      "no-unused-expressions": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "prefer-template": "error",
    },
  },
  { files: ["static/js/upload/digest_worker.js"], languageOptions: { globals: globals.worker } },
  { files: ["static/js/theme.js", "static/js/plugin/pup.js"], languageOptions: { sourceType: "script" } },
  {
    // for the browsers of old tablets, which parse nothing newer
    files: ["static/js/frame.js"],
    languageOptions: { ecmaVersion: 5, sourceType: "script" },
    rules: { "no-var": "off", "object-shorthand": "off", "prefer-const": "off", "prefer-template": "off" },
  },
];
