import { defineConfig } from "vitest/config";

/**
 * For a test that starts processes on a machine that is busy or whose disk is cold. How long things take is measured by
 * test/bench; here it only ends what hangs.
 */
const patient = { testTimeout: 30_000, hookTimeout: 30_000 };

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
          ...patient,
        },
      },
      { test: { name: "stack", include: ["test/stack/**/*.test.ts"], ...patient } },
      { test: { name: "policy", include: ["policies/**/*.test.ts"], passWithNoTests: true, ...patient } },
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
