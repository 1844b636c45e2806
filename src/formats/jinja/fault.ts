/** A template that jinja2 would refuse too, or that asks for something which is not written here. */
export class TemplateFault extends Error {}

/** A template that takes more steps, memory or time than any that is meant well. */
export class TemplateExcess extends TemplateFault {}

export const fault = (message: string): never => {
  throw new TemplateFault(message);
};
