/** Names under which keys and passwords are kept. */
const SECRET = /(^|_)(API_?KEYS?|KEYS?|TOKENS?|SECRETS?|PASSWORDS?|PASSWD|CREDENTIALS?)(_|$)/i;

/** The environment without secrets: a grader may run what a model wrote. */
export const ownEnvironment = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries([
    ...Object.entries(environment).filter(([name]) => !SECRET.test(name)),
    ["PYTHONUNBUFFERED", "1"], // else a print without flush would wait for the end of the program
  ]);
