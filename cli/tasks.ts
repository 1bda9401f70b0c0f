import { refusal } from "./exit";
import { confirm } from "./prompt";
import { type Task, taskText } from "./report/names";

/** A task that somebody has answered for: what the audit log says of it. */
export interface AnsweredTask {
  task: string;
  text: string;
  answer: "done" | "will be done";
}

/** What somebody who answers for a task says. */
const ANSWERS = { before: "done", after: "will be done" } as const;

/**
 * Has somebody answer for each task that an update leaves to people: that it is done, or of one that can only be done
 * after the update, that it will be.
 * @param given names of tasks that are answered for already, by --confirm
 * @param asks whether somebody can be asked for the others
 * @returns what is to be recorded; undefined when an answer was no
 * @throws CliError when there is nobody to ask
 */
export async function answerTasks(
  tasks: Task[],
  given: string[],
  asks: boolean,
): Promise<AnsweredTask[] | undefined> {
  const open = tasks.filter(({ id }) => !given.includes(id));
  if (open.length > 0 && !asks) throw unanswered(open);
  for (const task of open) {
    const question = task.when === "before" ? "Is this done?" : "Will this be done after the update?";
    if (!(await confirm(`To do ${taskText(task)}\n${question}`))) return undefined;
  }
  return tasks.map(({ id, when, text }) => ({ task: id, text, answer: ANSWERS[when] }));
}

function unanswered(tasks: Task[]): Error {
  const options = tasks.map(({ id }) => id).join(" ");
  return refusal(
    [
      "nothing was changed: the update leaves to people what nobody has answered for:",
      ...tasks.map((task) => `  ${taskText(task)}`),
      "Do what is to be done before it, then run `up` on a terminal, which asks for each, or here with " +
        `--confirm ${options}; who answers for what is recorded.`,
    ].join("\n"),
  );
}
