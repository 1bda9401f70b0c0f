import { quote, type Problem } from "../errors";
import { versionOf } from "../images";
import type { ImageInput } from "../schema/image";
import type { Check, CheckInput } from "./check";

/** Local builds are allowed and made; only services have releases in an order; the database's image and its major version agree with the profile, and the backup's with the database's. */
export const checkImages: Check = (input) => {
  const { draft, context } = input;
  const images: [string, ImageInput | undefined][] = [
    ["edge.image", draft.edge?.image],
    ["edge.front.image", draft.edge?.front?.image],
    ["database.image", draft.database?.image],
    ["backup.image", draft.backup?.image],
    ...Object.entries(draft.services ?? {}).map(([name, { image }]): [string, ImageInput] => [
      `services.${name}.image`,
      image,
    ]),
  ];
  const builds = images.flatMap(([path, image]): Problem[] => {
    if (image?.build === undefined) return [];
    const name = `${image.build}:${image.tag}`;
    if (draft.localBuilds === false) {
      return [
        {
          path,
          value: quote(name),
          reason: "is built on this machine, which this stack does not allow",
          remedy: "name a registry's image by digest or a verified archive by id, or set localBuilds: true",
        },
      ];
    }
    if (context.imageLock === undefined || Object.hasOwn(context.imageLock, name)) return [];
    return [
      {
        path,
        value: quote(name),
        reason: "has not been built on this machine",
        remedy: "run `./strongroom up`, which builds it",
      },
    ];
  });
  const requirements = images.flatMap(([path, image]): Problem[] =>
    image?.requires === undefined || path.startsWith("services.")
      ? []
      : [
          {
            path: `${path}.requires`,
            value: quote(image.requires),
            reason: "orders releases of a product, which run as services",
            remedy: "remove it",
          },
        ],
  );
  return [...builds, ...requirements, ...databaseMajor(input)];
};

function databaseMajor({ draft, profile }: CheckInput): Problem[] {
  const { database } = draft;
  if (!database || !profile) return [];
  const { majors } = profile.database;
  const major = database.major ?? majors[0]!;
  if (!majors.includes(major)) {
    return [
      {
        path: "database.major",
        value: quote(major),
        reason: `${profile.title} does not run on PostgreSQL ${major}`,
        remedy: `use ${majors.join(" or ")}`,
      },
    ];
  }
  const images: [string, ImageInput | undefined, string][] = [
    [
      "database.image",
      database.image,
      "a server of another major version cannot read the data: keep the image's major version",
    ],
    ["backup.image", draft.backup?.image, "take the backup image of the database's major version"],
  ];
  return images.flatMap(([path, image, remedy]): Problem[] => {
    const version = image && versionOf(image);
    const imageMajor = version === undefined ? undefined : /^(\d+)(?![\d])/.exec(version)?.[1];
    if (imageMajor === undefined || Number(imageMajor) === major) return [];
    const reason = `is PostgreSQL ${imageMajor}, but the stack's database is PostgreSQL ${major}`;
    return [{ path, value: quote(version), reason, remedy }];
  });
}
