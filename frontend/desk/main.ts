/** The door of the desk: index.html loads this file, which puts server and line together and opens the interface on them. */
import { deskAt } from "../src/remote/desk";
import { lineAddress, makeLine } from "../src/remote/line";
import { start } from "../src/ui/desk/main";

void start({
  server: deskAt(),
  line: ({ news, state }) =>
    makeLine({
      url: lineAddress(location),
      socket: (url) => new WebSocket(url),
      onNews: news,
      onState: state,
      chance: Math.random,
    }),
});
