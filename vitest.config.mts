import { defineConfig } from "vitest/config";

/** One project per test layer: a layer is run alone with `vitest run --project NAME`. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "{config,components,operations,cli,ci,toolchain,images,policies,test/support,test/docs}/**/*.test.ts",
          ],
          exclude: ["policies/**", "**/node_modules/**"],
        },
      },
      { test: { name: "stack", include: ["test/stack/**/*.test.ts"], testTimeout: 30_000 } },
      { test: { name: "policy", include: ["policies/**/*.test.ts"], passWithNoTests: true } },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: "conformance",
          include: ["test/conformance/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
