const services = ["server", "dashboard"];
// A container runs one of the two, so that its health check need not be told which.
const ports = [3000, 3001];

// Each command is loaded only when it is asked for: the health check starts in the time of an empty program.
async function main([command, argument]: string[]): Promise<void> {
  if (command === "healthcheck")
    return (await import("./healthcheck.js")).healthcheck(argument ? [Number(argument)] : ports);
  if (command === "migrate") return (await import("./migration-job.js")).migrationJob();
  if (command === "admin-link") return (await import("./links.js")).printLink();
  if (!services.includes(command ?? ""))
    throw new Error("usage: main.js server | dashboard | migrate | healthcheck [PORT] | admin-link");
  const { fail, runService } = await import("./service.js");
  const service =
    command === "server" ? (await import("./server.js")).server : (await import("./dashboard.js")).dashboard;
  await runService(service).catch(fail);
}

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
