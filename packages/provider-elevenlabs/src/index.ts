export { elevenlabsProvider } from "./elevenlabs-provider.ts";
