/** A template that jinja2 would refuse too, or that asks for something which is not written here. */
export class TemplateFault extends Error {}

export const fault = (message: string): never => {
  throw new TemplateFault(message);
};
