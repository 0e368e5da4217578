import { useState } from 'react'
import {
  Dialog,
  DialogTrigger,
  Heading,
  Modal,
  ModalOverlay,
  Tab,
  TabList,
  TabPanel,
  Tabs,
} from 'react-aria-components'
import {
  type Language,
  languages,
  languagesOf,
  languageTitles,
  snippet,
  type View,
  type Viewed,
} from '../../clients/typescript/snippets.ts'
import { type Called, callLanguages, callSnippet } from '../../clients/typescript/snippets-of-calls.ts'
import { copyText } from '../lib/copy-text.ts'
import { queryOf, type TableView } from '../sources/table-view.ts'
import { Button } from './button.tsx'

export interface UseInCodeProps {
  readonly of: Viewed | Called
  readonly view?: TableView
}

const kept = 'headgate.language'

/** What is on screen, as a program: the same rows and columns, the same version. */
export function UseInCode({ of, view = {} }: UseInCodeProps) {
  const programs = programsOf(of, view)
  return (
    <DialogTrigger>
      <Button icon="code">Use in code</Button>
      <ModalOverlay className="overlay" isDismissable>
        <Modal className="modal wide">
          <Dialog className="dialog">
            {({ close }) => (
              <>
                <div className="dialog-head">
                  <Heading slot="title">Use in code</Heading>
                  <Button variant="ghost" icon="close" label="Close" onPress={close} />
                </div>
                <Written programs={programs} />
              </>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  )
}

interface Programs {
  readonly offered: readonly Language[]
  readonly text: (language: Language) => string
}

function programsOf(of: Viewed | Called, view: TableView): Programs {
  const url = location.origin
  if ('operation' in of || 'object' in of)
    return { offered: callLanguages, text: (language) => callSnippet(url, of, language) }
  const { where, order, select } = queryOf(view)
  const shown: View = {
    url,
    of,
    ...(where !== undefined && { where }),
    ...(order !== undefined && { order: order as readonly string[] }),
    ...(select !== undefined && { select: select as readonly string[] }),
  }
  return { offered: languagesOf(shown), text: (language) => snippet(shown, language) }
}

function Written({ programs: { offered, text } }: { readonly programs: Programs }) {
  const [language, setLanguage] = useState<Language>(() => {
    const last = localStorage.getItem(kept)
    return offered.find((each) => each === last) ?? offered[0]!
  })
  return (
    <Tabs
      selectedKey={language}
      onSelectionChange={(key) => {
        setLanguage(key as Language)
        localStorage.setItem(kept, String(key))
      }}
    >
      <TabList className="tab-list" aria-label="Language">
        {languages
          .filter((each) => offered.includes(each))
          .map((each) => (
            <Tab key={each} id={each} className="tab">
              {languageTitles[each]}
            </Tab>
          ))}
      </TabList>
      <TabPanel id={language} className="tab-panel stack">
        <pre className="program" tabIndex={0}>
          {text(language)}
        </pre>
        <div className="row-actions">
          <Button icon="copy" variant="primary" onPress={() => void copyText(text(language), 'The program')}>
            Copy
          </Button>
          <span className="quiet small">
            It takes its token from <code>HEADGATE_TOKEN</code>: make one on the page <a href="/tokens">Tokens</a>.
          </span>
        </div>
      </TabPanel>
    </Tabs>
  )
}
