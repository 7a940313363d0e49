export { templateProvider } from "./template-provider.ts";
