export { azureProvider } from "./azure-provider.ts";
