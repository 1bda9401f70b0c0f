import { checkAcme } from "./acme";
import { checkAllowLists } from "./allow-list";
import type { Check } from "./check";
import { checkConnections } from "./connections";
import { checkCustomCertificates } from "./custom-certificate";
import { checkDomains, checkPathPrefixes } from "./domains";
import { checkEdge } from "./edge";
import { checkEncryption } from "./encryption";
import { checkEnvironment } from "./environment";
import { checkHosts } from "./hosts";
import { checkImages } from "./images";
import { checkOperations } from "./operations";
import { checkProduct } from "./product";
import { checkRestore } from "./restore";
import { checkSecrets } from "./secrets";
import { checkStack } from "./stack";

/** Every check across fields. Their order does not matter: problems are sorted by path. */
export const checks: readonly Check[] = [
  checkAcme,
  checkAllowLists,
  checkConnections,
  checkCustomCertificates,
  checkDomains,
  checkEdge,
  checkEncryption,
  checkEnvironment,
  checkHosts,
  checkImages,
  checkOperations,
  checkPathPrefixes,
  checkProduct,
  checkRestore,
  checkSecrets,
  checkStack,
];
