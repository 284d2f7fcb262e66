// SPDX-License-Identifier: Apache-2.0
// socket.io: an event an item, and one that is acknowledged at the end.
import type { UploadConnection } from "../page/candidate.ts";
import { openSocketIo } from "../page/socket-io.ts";

export async function open(origin: string): Promise<UploadConnection> {
  const socket = await openSocketIo(origin);
  const upload: UploadConnection["upload"] = (text, count) => {
    for (let sent = 0; sent < count; ++sent) socket.emit("collect", text);
    return socket.emitWithAck("collected");
  };
  return {
    upload,
    call: async (text) => (await upload(text, 1)).text,
    close: () => socket.close(),
  };
}
