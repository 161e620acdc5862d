// What is asked of the front end beyond formatting (prettier) and types (vue-tsc): few rules, each with a reason.
import vue from "eslint-plugin-vue";
import tseslint from "typescript-eslint";
import vueParser from "vue-eslint-parser";

// The arrows between the rooms: ui -> sync, store, device, domain; sync -> store, domain; domain -> nothing.
const forbid = (files, ...rooms) => ({
  files,
  ignores: ["**/*.test.ts"],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: rooms.map((room) => ({
          group: [`**/${room}/**`, `@/${room}/**`, `**/${room}`, `@/${room}`],
          message: "against the arrows",
        })),
      },
    ],
  },
});

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", "src/remote/schema.d.ts"] },
  ...tseslint.configs.recommended,
  ...vue.configs["flat/recommended"],
  {
    files: ["**/*.vue"],
    languageOptions: { parser: vueParser, parserOptions: { parser: tseslint.parser } },
    rules: {
      // Prettier decides about these.
      "vue/max-attributes-per-line": "off",
      "vue/html-indent": "off",
      "vue/html-self-closing": "off",
      "vue/singleline-html-element-content-newline": "off",
      "vue/multiline-html-element-content-newline": "off",
      "vue/html-closing-bracket-newline": "off",
      "vue/first-attribute-linebreak": "off",
      "vue/attributes-order": "off",
      // A screen may be called Home.
      "vue/multi-word-component-names": "off",
      "vue/require-default-prop": "off",
      // Text from the server never becomes markup.
      "vue/no-v-html": "error",
    },
  },
  {
    rules: {
      eqeqeq: ["error", "always"],
      "no-console": "error",
      "no-empty": ["error", { allowEmptyCatch: false }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrors: "none" },
      ],
    },
  },
  { files: ["check/**/*.mjs"], rules: { "no-console": "off" } },
  forbid(["src/domain/**/*.ts"], "store", "remote", "sync", "device", "ui"),
  forbid(["src/store/**/*.ts"], "remote", "sync", "device", "ui"),
  forbid(["src/remote/**/*.ts"], "store", "sync", "device", "ui"),
  forbid(["src/sync/**/*.ts"], "device", "ui"),
  forbid(["src/device/**/*.ts"], "store", "remote", "sync", "ui"),
);
