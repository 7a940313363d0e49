export { fireworksProvider } from "./fireworks-provider.ts";
