/** Hosts that must never be dialled, in every spelling that some parser reads as an address. */
export function forbiddenHosts(): readonly string[] {
  return [...new Set([...forbiddenIPv4.flatMap(spellings), ...forbiddenIPv6.map((a) => `[${a}]`), ...oddNames])]
}

const forbiddenIPv4 = [
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '169.254.170.2',
  '169.254.100.1',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '100.64.0.1',
  '100.100.100.200',
  '0.0.0.0',
  '0.1.2.3',
  '192.0.0.192',
  '192.0.2.1',
  '198.18.0.1',
  '198.51.100.7',
  '203.0.113.5',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '168.63.129.16',
]

const forbiddenIPv6 = [
  '::',
  '::1',
  '0:0:0:0:0:0:0:1',
  '0000:0000:0000:0000:0000:0000:0000:0001',
  'fe80::1',
  'fe80::1%25eth0',
  'febf::1',
  'fec0::1',
  'fc00::1',
  'fd00::1',
  'fd00:ec2::254',
  'fd00:0ec2:0:0:0:0:0:0254',
  'FD00:EC2::254',
  'fd00:ec2::253',
  'fd00:ec2::23',
  'fd20:ce::254',
  'ff02::1',
  'ff0e::1',
  '100::1',
  '2001:db8::1',
  '3fff::1',
  '2001::1',
  '2001:2::1',
  '2001:10::1',
  '2001:20::1',
  '5f00::1',
  '4000::1',
  '8000::1',
]

const oddNames = [
  'localhost',
  'LOCALHOST',
  'localhost.',
  'ⓛocalhost',
  'ｌｏｃａｌｈｏｓｔ',
  '0',
  '00',
  '0x0',
  '0x',
  '127',
  '1.2.3.4.5',
  '999.999.999.999',
  '0x7f000001.',
  'a.b.1',
  'a.0x1',
  'metadata.internal.127.1',
]

function spellings(ip: string): string[] {
  const octets = ip.split('.').map(Number) as [number, number, number, number]
  const [a, b, c, d] = octets
  const n = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d
  const hex = n.toString(16).padStart(8, '0')
  const [high, low] = [hex.slice(0, 4), hex.slice(4)]
  const inHex = octets.map((o) => `0x${o.toString(16)}`).join('.')
  const inOctal = octets.map((o) => `0${o.toString(8)}`).join('.')
  return [
    ip,
    `${ip}.`,
    `${a}.${b}.${c * 256 + d}`,
    `${a}.${b * 2 ** 16 + c * 256 + d}`,
    `${n}`,
    `0${n.toString(8)}`,
    `0x${hex}`,
    `0X${hex.toUpperCase()}`,
    inHex,
    inHex.toUpperCase(),
    inOctal,
    octets.map((o) => `000${o.toString(8)}`).join('.'),
    `0x${a.toString(16)}.${b}.0${c.toString(8)}.${d}`,
    `${a}.0x${(b * 2 ** 16 + c * 256 + d).toString(16)}`,
    ip.replaceAll('.', '。'),
    ip.replaceAll('.', '．'),
    ip.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit))),
    ip.replace(/[1-9]/g, (digit) => String.fromCharCode(0x2460 + Number(digit) - 1)),
    ...[
      `::ffff:${ip}`,
      `::FFFF:${high}:${low}`,
      `0:0:0:0:0:ffff:${high}:${low}`,
      `::${ip}`,
      `::${high}:${low}`,
      `::ffff:0:${ip}`,
      `64:ff9b::${high}:${low}`,
      `64:ff9b::${ip}`,
      `64:ff9b:1::${high}:${low}`,
      `2002:${high}:${low}::`,
      `2001:0:0:0:0:0:${high}:${low}`,
    ].map((address) => `[${address}]`),
  ]
}
