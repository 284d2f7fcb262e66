// SPDX-License-Identifier: Apache-2.0
// capnweb's streams: a ReadableStream goes out as an argument, one comes back as a result.
import { newWebSocketRpcSession, type RpcTarget } from "capnweb";
import {
  type ChatConnection,
  type Collected,
  onlyItem,
  type UploadConnection,
  webSocketUrl,
} from "./candidate.ts";

interface Streams extends RpcTarget {
  collect(texts: ReadableStream<string>): Promise<Collected>;
  chat(texts: ReadableStream<string>): Promise<ReadableStream<string>>;
}

function connect(origin: string) {
  return newWebSocketRpcSession<Streams>(webSocketUrl(origin, "/rpc"));
}

/** The text so often, as it is asked for. */
function repeated(text: string, count: number): ReadableStream<string> {
  let left = count;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(text);
      left -= 1;
      if (left === 0) controller.close();
    },
  });
}

export async function openCapnwebUpload(origin: string): Promise<UploadConnection> {
  const streams = connect(origin);
  const upload: UploadConnection["upload"] = async (text, count) =>
    streams.collect(repeated(text, count));
  return {
    upload,
    call: async (text) => (await upload(text, 1)).text,
    close: () => streams[Symbol.dispose](),
  };
}

export async function openCapnwebChat(origin: string): Promise<ChatConnection> {
  const streams = connect(origin);
  const chat: ChatConnection["chat"] = async (text, count, read) => {
    const reader = (await streams.chat(repeated(text, count))).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      read(value);
    }
  };
  return {
    chat,
    call: (text) => onlyItem((read) => chat(text, 1, read)),
    openChat: () => {
      const { readable, writable } = new TransformStream<string, string>();
      const writer = writable.getWriter();
      const answers = streams.chat(readable);
      const reader = answers.then((stream) => stream.getReader());
      return {
        async call(text) {
          // Fulfilled when the item was taken, which its answer says, too.
          writer.write(text).catch(() => undefined);
          const { value } = await (await reader).read();
          return value ?? "";
        },
        close: () => void writer.close(),
      };
    },
    close: () => streams[Symbol.dispose](),
  };
}
