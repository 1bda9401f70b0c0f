import { expect, it } from "vitest";
import { countConnections } from "./connections";

const replica = (service: string, addresses: string[], Running = true) => ({
  Config: { Labels: { "strongroom.service": service } },
  State: { Running },
  NetworkSettings: {
    Networks: Object.fromEntries(addresses.map((IPAddress, index) => [`network-${index}`, { IPAddress }])),
  },
});

it("tells the services' connections from others' by address", () => {
  const answer = "97\t\t1\n97\t10.0.0.2\t4\n97\t10.0.0.3\t3\n97\t10.0.0.9\t2\n";
  const replicas = [
    replica("server", ["10.1.0.2", "10.0.0.2"]),
    replica("server", ["10.0.0.3"]),
    replica("dashboard", ["10.0.0.4", ""]),
    replica("dashboard", [""], false),
  ];
  expect(countConnections(answer, replicas)).toEqual({
    max: 97,
    services: { server: { open: 7, replicas: 2 }, dashboard: { open: 0, replicas: 1 } },
    others: 3,
  });
});

it("reads the answer of a database to which nobody is connected", () => {
  expect(countConnections("97\t\t0\n", [])).toEqual({ max: 97, services: {}, others: 0 });
});
