import { writeRecord } from "../../../operations/archive/record";
import { docker, type TestStack } from "./test-stack";

/** Signer of the records that `recordAsVerified` writes if it is given no other: of no key. */
export const TEST_SIGNER = `sha256:${"1".repeat(64)}`;

/** An image with another label: another id, and the same inside. @returns its id */
export async function imageWithLabel(base: string, label: string): Promise<string> {
  const container = await docker("create", base);
  try {
    // Without the label by which a local build is found again: this one must never pass for it.
    const labels = `LABEL strongroom.context=none strongroom.test=${label}`;
    return await docker("commit", "--change", labels, container);
  } finally {
    await docker("rm", container);
  }
}

/** Notes of an image that it came out of a signed archive. @param name the archive's, without its ending */
export function recordAsVerified(stack: TestStack, id: string, name: string, signer = TEST_SIGNER): void {
  writeRecord(stack.stackFolder, {
    id,
    host: "local",
    archive: `${name}.tar`,
    signature: `${name}.tar.sig`,
    publicKey: "vendor.pem",
    sha256: "0".repeat(64),
    format: "openssl",
    signer,
    verifiedAt: new Date().toISOString(),
  });
}
