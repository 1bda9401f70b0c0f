import { docker, type TestStack } from "./test-stack";

/** A private age key, and its public one. */
export interface AgeKey {
  identity: string;
  recipient: string;
}

/** Builds the sidecar's image for a stack. @returns its id */
export async function buildBackupImage(stack: TestStack): Promise<string> {
  const built = await stack.mustRun(["image", "build", "backup:15"]);
  return /^backup:15\t(sha256:[0-9a-f]{64})$/m.exec(built)![1]!;
}

/** New pairs of keys, made by the image's own age. */
export async function ageKeys(image: string, count: number): Promise<AgeKey[]> {
  const texts = Array.from({ length: count }, () =>
    docker("run", "--rm", "--network=none", image, "age-keygen"),
  );
  return (await Promise.all(texts)).map((text) => ({
    identity: /^AGE-SECRET-KEY-\S+$/m.exec(text)![0],
    recipient: /public key: (age1\S+)/.exec(text)![1]!,
  }));
}
