import { z } from "zod";
import { docker, HARDENED, inspectContainers, labelFlags, removeContainers } from "./docker";
import { OperationError } from "./errors";

export const pageInput = z.object({
  /** Plain text. */
  message: z.string(),
  retryAfterSeconds: z.number().int(),
});

export type PageInput = z.infer<typeof pageInput>;

const PORT = 8080;

/** nobody */
const USER = "65534:65534";

/**
 * Answers everything with the page and status 503. Perl, since every Debian has it and the database's image is on
 * every host; eight processes, so that a slow client holds up nobody.
 */
const SERVER = `
use strict; use IO::Socket::INET;
my $listener = IO::Socket::INET->new(LocalPort => ${PORT}, Listen => 1024, ReuseAddr => 1) or die $!;
my $answer = "HTTP/1.1 503 Service Unavailable\\r\\nContent-Type: text/html; charset=utf-8\\r\\n"
  . "Content-Length: " . length($ENV{PAGE}) . "\\r\\nRetry-After: $ENV{RETRY_AFTER}\\r\\n"
  . "Cache-Control: no-store\\r\\nConnection: close\\r\\n\\r\\n" . $ENV{PAGE};
$SIG{PIPE} = "IGNORE";
for (1 .. 7) { last unless fork }
while (1) {
  my $client = $listener->accept or next;
  eval {
    local $SIG{ALRM} = sub { die };
    alarm 5;
    my $request = "";
    while ($request !~ /\\r\\n\\r\\n/) { sysread($client, $request, 65536, length $request) or last }
    syswrite $client, $answer;
    shutdown $client, 1;
    while (sysread $client, my $rest, 65536) { }
    alarm 0;
  };
  alarm 0;
  close $client;
}`;

function pageContainer(stack: string): string {
  return `strongroom-${stack}-maintenance`;
}

/**
 * Serves the maintenance page on the edge's network; one that an interrupted run left is replaced.
 * @param image the database's
 * @returns its URL for the edge
 */
export async function servePage(
  endpoint: string,
  stack: string,
  { page, image, network }: { page: PageInput; image: string; network: string },
): Promise<string> {
  await removePage(endpoint, stack);
  const name = pageContainer(stack);
  const environment = { PAGE: renderPage(page), RETRY_AFTER: String(page.retryAfterSeconds) };
  await docker(endpoint, [
    "run",
    "--detach",
    `--name=${name}`,
    ...labelFlags({ "strongroom.stack": stack, "strongroom.role": "maintenance" }),
    `--network=${network}`,
    `--user=${USER}`,
    ...HARDENED,
    "--memory=64m",
    "--memory-swap=64m",
    "--pids-limit=32",
    "--log-opt=max-size=1m",
    "--restart=unless-stopped",
    ...Object.entries(environment).map(([key, value]) => `--env=${key}=${value}`),
    "--entrypoint=perl",
    image,
    "-e",
    SERVER,
  ]);
  const [container] = await inspectContainers(endpoint, [name]);
  if (!container?.State.Running) throw new OperationError("the maintenance page cannot be served");
  return `http://${name}:${PORT}`;
}

export async function removePage(endpoint: string, stack: string): Promise<void> {
  await removeContainers(endpoint, [pageContainer(stack)]);
}

/** One small page without anything to load. */
export function renderPage({ message }: PageInput): string {
  const text = message.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">' +
    "<title>Maintenance</title><style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:20vh auto;" +
    `padding:0 1rem;white-space:pre-line}</style><p>${text}</p></html>\n`
  );
}
