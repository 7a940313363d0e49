/**
 * The key as clients can send it: without space around it. What no header can carry comes back as
 * what is wrong, for the end of "The master key …".
 */
export function readMasterKey(text: string): { readonly key: string } | { readonly fault: string } {
  const key = text.trim();
  if (key === "") return { fault: "is empty, which would let everybody in or nobody" };
  if (!/^[\u0020-\u007e]+$/u.test(key))
    return { fault: "holds a line break or a letter outside of ASCII, which no header can carry" };
  return { key };
}
