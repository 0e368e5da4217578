import { isOurs } from './open-id.ts'

const channelName = 'headgate.login'
/** How long another tab may take to say that a login is its own. */
const patienceMs = 3000

interface Message {
  readonly answer: string
  readonly isTaken: boolean
}

/** Gives the provider's answer, which came to this tab, to the tab that began the login and alone can use it. */
export async function handOver(answer: string): Promise<void> {
  const channel = new BroadcastChannel(channelName)
  try {
    await new Promise<void>((resolve, reject) => {
      channel.onmessage = ({ data }: MessageEvent<Message>) => data.isTaken && data.answer === answer && resolve()
      channel.postMessage({ answer, isTaken: false } satisfies Message)
      setTimeout(() => reject(new Error('no window of this browser began this login.')), patienceMs)
    })
  } finally {
    channel.close()
  }
}

/** Calls for every answer of the provider that came to another tab and is to a login of this one. */
export function onHandedOver(take: (answer: string) => void): () => void {
  const channel = new BroadcastChannel(channelName)
  channel.onmessage = ({ data: { answer, isTaken } }: MessageEvent<Message>) => {
    if (isTaken || !isOurs(answer)) return
    channel.postMessage({ answer, isTaken: true } satisfies Message)
    take(answer)
  }
  return () => channel.close()
}
