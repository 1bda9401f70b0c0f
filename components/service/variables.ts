import type { ServiceSettings } from "../../config/settings";

/** Folder in a service's container in which its secret files are. */
export const SECRETS_PATH = "/run/strongroom/secrets";

/** `NAME=value` lines of a service's container, sorted, and whether one of them is a secret. Throws as `Secret.reveal`. */
export function variablesOf(settings: ServiceSettings): { lines: string[]; secret: boolean } {
  const plain = Object.entries(settings.environment).map(([key, value]) => `${key}=${value}`);
  const paths = settings.secrets.flatMap((s) =>
    s.delivery === "file" ? [`${s.variable}=${pathOf(s)}`] : [],
  );
  const secret = settings.secrets.flatMap((s) =>
    s.delivery === "environment" ? [`${s.variable}=${s.secret.reveal()}`] : [],
  );
  return { lines: [...plain, ...paths, ...secret].sort(), secret: secret.length > 0 };
}

/** The secret files of a service's container. Throws as `Secret.reveal`. */
export function secretFilesOf({ secrets }: ServiceSettings): { path: string; content: string }[] {
  return secrets
    .filter(({ delivery }) => delivery === "file")
    .map((each) => ({ path: pathOf(each), content: each.secret.reveal() }));
}

function pathOf({ path, name }: ServiceSettings["secrets"][number]): string {
  return path ?? `${SECRETS_PATH}/${name}`;
}
