/** Whether an address of a server holds nothing that should not be stored and published with the results. */
export const isBareUrl = (url: string): boolean => {
  const { username, password } = new URL(url);
  return username === "" && password === "" && !/[?#]/.test(url);
};

export const notBare =
  "must hold no user name, password, query or fragment, since it is stored and published; a key goes into a variable";
