import type { Fields } from "./fields";

/** Whether a certificate is an authority's, which signs others and serves nothing. */
export function isAuthority(inputs: Fields): boolean {
  return inputs.flag("isCaCertificate");
}

/** What a certificate may be used for, in the provider's words. */
export function usesOf(inputs: Fields): string[] {
  const uses: string[] = [];
  inputs.texts("allowedUses", (use) => uses.push(use));
  return uses;
}
