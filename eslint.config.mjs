import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules/", "**/dist/", "config/stack-schema.json"] },
  ...tseslint.configs.recommended,
  {
    rules: {
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", caughtErrors: "none" }],
      eqeqeq: "error",
      // runOutput and run execute a command in every preview, where no policy can see it.
      "no-restricted-properties": [
        "error",
        { object: "local", property: "run", message: "runs in every preview: use the Action component" },
        {
          object: "local",
          property: "runOutput",
          message: "runs in every preview: use the Action component",
        },
      ],
    },
  },
);
