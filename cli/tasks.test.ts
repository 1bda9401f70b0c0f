import { beforeEach, describe, expect, it, vi } from "vitest";
import { CliError, exitCode } from "./exit";
import { confirm } from "./prompt";
import type { Task } from "./report/names";
import { answerTasks } from "./tasks";

vi.mock("./prompt", () => ({ confirm: vi.fn() }));

const declare: Task = { id: "declare-server-111111", when: "before", text: "have it declared" };
const links: Task = { id: "links-server-222222", when: "after", text: "give out links" };
const done = { task: declare.id, text: declare.text, answer: "done" };
const promised = { task: links.id, text: links.text, answer: "will be done" };

describe("tasks that are left to people", () => {
  beforeEach(() => vi.mocked(confirm).mockReset());

  it("are nobody's business where there are none", async () => {
    expect(await answerTasks([], ["old-000000"], false)).toEqual([]);
  });

  it("are asked for one by one, by what can be answered", async () => {
    vi.mocked(confirm).mockResolvedValue(true);
    expect(await answerTasks([declare, links], [], true)).toEqual([done, promised]);
    const questions = vi.mocked(confirm).mock.calls.map(([question]) => question);
    expect(questions[0]).toContain("have it declared");
    expect(questions[0]).toContain("Is this done?");
    expect(questions[1]).toContain("Will this be done after the update?");
  });

  it("end the update when one is answered by no, and no more are asked for", async () => {
    vi.mocked(confirm).mockResolvedValue(false);
    expect(await answerTasks([declare, links], [], true)).toBeUndefined();
    expect(confirm).toHaveBeenCalledTimes(1);
  });

  it("are not asked for again when they were answered for on the command line", async () => {
    vi.mocked(confirm).mockResolvedValue(true);
    expect(await answerTasks([declare, links], [declare.id], true)).toEqual([done, promised]);
    expect(confirm).toHaveBeenCalledTimes(1);
    expect(await answerTasks([declare, links], [links.id, declare.id], false)).toEqual([done, promised]);
    expect(confirm).toHaveBeenCalledTimes(1);
  });

  it("are refused without anybody to ask, with their names and how to answer for them", async () => {
    const failed = answerTasks([declare, links], [links.id], false);
    await expect(failed).rejects.toBeInstanceOf(CliError);
    const { code, message } = (await failed.catch((error: unknown) => error)) as CliError;
    expect(code).toBe(exitCode.refused);
    expect(message).toContain("before: have it declared [declare-server-111111]");
    expect(message).toContain("--confirm declare-server-111111;");
    expect(message).not.toContain(links.id);
    expect(confirm).not.toHaveBeenCalled();
  });
});
