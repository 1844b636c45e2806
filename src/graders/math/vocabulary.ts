/** What each LaTeX command and each plain word means to the tokenizer. */

const set = (words: string): ReadonlySet<string> => new Set(words.split(" "));

/** Commands that only change the look. */
export const invisible = set(
  "underline ensuremath mathop mathrel mathbin mathord left right middle big Big bigg Bigg bigl bigr Bigl " +
    "Bigr biggl biggr Biggl Biggr displaystyle textstyle scriptstyle limits nolimits quad qquad hfill rm bf " +
    "it sf tt cal mathstrut strut small large Large LARGE huge Huge normalsize centering noindent hline " +
    "nonumber notag allowbreak enspace thinspace negthinspace boldmath textnormal protect rlap llap smash",
);

/** Commands whose argument is words. */
export const wordy = set(
  "text mbox textbf textit textrm textsf texttt textsc hbox emph textnormal mathrm mathsf mathtt mathit " +
    "mathbf operatorname bold textup mathnormal boldsymbol bm pmb",
);

/** Those of them that often hold a symbol of maths. */
export const fonts = set(
  "mathrm mathsf mathit mathbf boldsymbol bm pmb mathnormal operatorname mathtt bold mathcal mathfrak mathscr",
);

/** Commands that decorate a name and make another name of it. */
export const decorations = set(
  "vec hat bar overline tilde widehat widetilde dot ddot overrightarrow overleftrightarrow mathcal mathfrak " +
    "mathscr overarc wideparen",
);

export const greek = set(
  "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi rho varrho " +
    "sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Sigma Upsilon Phi Psi " +
    "Omega ell hbar partial nabla aleph imath jmath Re Im mho Pi",
);

/** Functions of one argument that may stand without brackets. */
export const functions = set(
  "sin cos tan cot sec csc cosec arcsin arccos arctan arccot arcsec arccsc sinh cosh tanh coth sech csch " +
    "arcsinh arccosh arctanh asin acos atan exp ln log lg cis tg ctg arctg arcctg",
);

/** Functions of a list in brackets. */
export const listFunctions = set("gcd lcm min max mod");

export const operatorCommands: Readonly<Record<string, string>> = {
  cdot: "*",
  times: "*",
  ast: "*",
  star: "*",
  bullet: "*",
  div: "/",
  slash: "/",
  le: "≤",
  leq: "≤",
  leqslant: "≤",
  leqq: "≤",
  ge: "≥",
  geq: "≥",
  geqslant: "≥",
  geqq: "≥",
  lt: "<",
  gt: ">",
  ne: "≠",
  neq: "≠",
  not: "¬",
  pm: "±",
  mp: "∓",
  in: "∈",
  cup: "∪",
  bigcup: "∪",
  cap: "∩",
  setminus: "∖",
  smallsetminus: "∖",
  backslash: "∖",
  to: "→",
  rightarrow: "→",
  longrightarrow: "→",
  Rightarrow: "⇒",
  Longrightarrow: "⇒",
  implies: "⇒",
  iff: "⇔",
  Leftrightarrow: "⇔",
  infty: "∞",
  infin: "∞",
  colon: ":",
  mid: "|",
  vert: "|",
  Vert: "‖",
  "|": "‖",
  emptyset: "∅",
  varnothing: "∅",
  O: "∅",
  land: "and",
  wedge: "and",
  lor: "or",
  vee: "or",
  degree: "°",
  prime: "'",
  ldots: "…",
  cdots: "…",
  dots: "…",
  dotsc: "…",
  dotsb: "…",
  equiv: "≡",
  approx: "≈",
  simeq: "≈",
  thickapprox: "≈",
  doteq: "≈",
  sim: "~",
  perp: "⊥",
  parallel: "∥",
  angle: "∠",
  measuredangle: "∠",
  triangle: "△",
  odot: "⊙",
  subset: "⊂",
  subseteq: "⊂",
  "%": "%",
  $: "$",
  "&": "and",
  "#": "#",
  _: "_",
  ",": " ",
  forall: "∀",
  exists: "∃",
  neg: "¬",
  lnot: "¬",
  circ: "∘",
  pounds: "£",
  euro: "€",
  oplus: "⊕",
  otimes: "⊗",
  mapsto: "→",
  because: "⇒",
  therefore: "⇒",
  cong: "~",
  square: "□",
  blacksquare: "□",
  checkmark: "□",
};

export const openCommands: Readonly<Record<string, string>> = {
  "{": "\\{",
  lbrace: "\\{",
  langle: "⟨",
  lfloor: "⌊",
  lceil: "⌈",
  lbrack: "[",
  lparen: "(",
  lvert: "|(",
  lVert: "|(",
};
export const closeCommands: Readonly<Record<string, string>> = {
  "}": "\\}",
  rbrace: "\\}",
  rangle: "⟩",
  rfloor: "⌋",
  rceil: "⌉",
  rbrack: "]",
  rparen: ")",
  rvert: "|)",
  rVert: "|)",
};

/** Plain words that are maths when they stand alone. */
export const plainOperators: Readonly<Record<string, string>> = {
  and: "and",
  or: "or",
  infinity: "∞",
  inf: "∞",
  oo: "∞",
  union: "∪",
  pm: "±",
  times: "*",
  degrees: "°",
  degree: "°",
  deg: "°",
  percent: "%",
  percents: "%",
  percentage: "%",
  pct: "%",
};
