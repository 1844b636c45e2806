import { Component, type ComponentType, h, type JSX } from "preact";

type Props = Readonly<Record<string, unknown>>;

/** Draws again only when a property is another one. */
export function memo<P extends object>(Inner: (props: P) => JSX.Element): ComponentType<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      const [own, other] = [this.props as Props, next as Props];
      return Object.keys(other).some((key) => own[key] !== other[key]);
    }
    override render(): JSX.Element {
      return h(Inner as ComponentType<P>, this.props as P & JSX.IntrinsicAttributes);
    }
  };
}
