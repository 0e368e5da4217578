import { type ReactNode, useState } from 'react'
import type { JsonSchema } from '../api/types.ts'
import { Choice } from '../ui/choice.tsx'
import { Switch } from '../ui/switch.tsx'
import { TextField } from '../ui/text-field.tsx'
import { JsonField, type JsonFieldProps } from './json-field.tsx'
import { ListField } from './list-field.tsx'
import {
  constOf,
  discriminatorOf,
  initialValue,
  isObjectSchema,
  type Problems,
  pointer,
  propertiesOf,
  resolve,
  variantOf,
  variantsOf,
  withProperty,
} from './values.ts'

export interface SchemaFormProps {
  readonly schema: JsonSchema
  readonly value: unknown
  readonly onChange: (value: unknown) => void
  readonly problems: Problems
  /** What the schema's references are looked up in; the schema itself where it is not given. */
  readonly root?: JsonSchema
  readonly at?: string
  /** Values that are known of a field, by its place: they are offered, or ticked where the field is a list. */
  readonly suggestions?: Readonly<Record<string, readonly string[]>>
  /** What draws a field in place of the form itself, by its place. */
  readonly fields?: Readonly<Record<string, (field: JsonFieldProps) => ReactNode>>
}

/** The fields of an object's schema. What the form profile does not know is edited as JSON. */
export function SchemaForm(props: SchemaFormProps) {
  const { schema, value, onChange, problems, root = schema, at = '', suggestions = {}, fields = {} } = props
  const known = resolve(schema, root)
  const variants = variantsOf(known, root)
  if (variants) return <Variants options={variants} {...{ value, onChange, problems, root, at, suggestions, fields }} />
  const required = (known.required ?? []) as readonly string[]
  const here = (value ?? {}) as Record<string, unknown>
  return propertiesOf(known).map(([name, property]) => (
    <Field
      key={name}
      name={name}
      schema={resolve(property, root)}
      value={Object.hasOwn(here, name) ? here[name] : undefined}
      isRequired={required.includes(name)}
      onChange={(next) => onChange(withProperty(value, name, next))}
      problems={problems}
      root={root}
      at={pointer(at, name)}
      suggestions={suggestions}
      fields={fields}
    />
  ))
}

interface VariantsProps extends Required<Omit<SchemaFormProps, 'schema'>> {
  readonly options: readonly JsonSchema[]
}

/** One of several forms that nothing but their fields tells apart. */
function Variants({ options, value, onChange, problems, root, at, suggestions, fields }: VariantsProps) {
  const [chosen, setChosen] = useState(() => Math.max(0, variantOf(options, value)))
  return (
    <>
      <Choice
        label="Form"
        isHiddenLabel
        value={String(chosen)}
        options={options.map((option, i) => [String(i), titleOf(`Form ${i + 1}`, option)])}
        onChange={(text) => {
          setChosen(Number(text))
          onChange(initialValue(options[Number(text)]!, root))
        }}
      />
      <SchemaForm schema={options[chosen]!} {...{ value, onChange, problems, root, at, suggestions, fields }} />
    </>
  )
}

interface FieldProps extends Omit<SchemaFormProps, 'root' | 'at'> {
  readonly name: string
  readonly isRequired: boolean
  readonly root: JsonSchema
  readonly at: string
}

function Field(props: FieldProps) {
  const { name, schema, value, onChange, problems, isRequired, at } = props
  const offered = props.suggestions?.[at] ?? []
  if (schema.const !== undefined || schema.readOnly === true || schema['x-hidden'] === true) return null
  const label = titleOf(name, schema)
  const common = {
    label,
    isRequired,
    description: typeof schema.description === 'string' ? schema.description : undefined,
    error: problems.get(at),
  }
  const drawn = props.fields?.[at]
  if (drawn) return drawn({ ...common, value, onChange })
  const options = (schema.oneOf ?? schema.anyOf) as readonly JsonSchema[] | undefined
  const discriminator = options && discriminatorOf(options)
  if (options && discriminator)
    return <OneOf {...props} options={options} discriminator={discriminator} label={label} />
  if (Array.isArray(schema.enum) && schema.enum.every((each) => typeof each === 'string' || typeof each === 'number')) {
    const choices = schema.enum.map((each): [string, string] => [String(each), String(each)])
    return (
      <Choice
        {...common}
        value={value === undefined ? undefined : String(value)}
        placeholder={isRequired ? 'Choose' : 'Not set'}
        options={isRequired ? choices : [['', 'Not set'], ...choices]}
        onChange={(text) =>
          onChange(text === '' ? undefined : (schema.enum as readonly unknown[]).find((each) => String(each) === text))
        }
      />
    )
  }
  if (schema.type === 'boolean')
    return (
      <Switch {...common} isSelected={value === true} onChange={(is) => onChange(is || isRequired ? is : undefined)} />
    )
  if (isObjectSchema(schema)) return <Group {...props} label={label} />
  if (schema.type === 'array' && (schema.items as JsonSchema | undefined)?.type === 'string')
    return <ListField {...common} value={value} onChange={onChange} schema={schema} known={offered} />
  if (schema.type === 'string' || schema.type === 'integer' || schema.type === 'number') {
    const isNumber = schema.type !== 'string'
    const isSecret = schema.format === 'password' || schema.writeOnly === true
    const isLong = schema.format === 'textarea' || schema['x-multiline'] === true
    return (
      <TextField
        {...common}
        value={value === undefined || value === null ? '' : String(value)}
        type={isSecret && !isLong ? 'password' : 'text'}
        isMono={isLong || isSecret}
        placeholder={exampleOf(schema)}
        {...(isLong && { rows: 6 })}
        {...(offered.length > 0 && { suggestions: offered })}
        onChange={(text) => onChange(readText(text, isNumber))}
      />
    )
  }
  return <JsonField {...common} value={value} onChange={onChange} />
}

/** What is left empty is not given. What is no number stays as it was typed, and is told to be none. */
function readText(text: string, isNumber: boolean): unknown {
  if (text === '') return undefined
  return isNumber && /^-?\d+(\.\d+)?$/.test(text) && String(Number(text)) === text ? Number(text) : text
}

function exampleOf({ examples, default: given, 'x-placeholder': placeholder }: JsonSchema): string | undefined {
  if (typeof placeholder === 'string') return placeholder
  const example = Array.isArray(examples) ? examples[0] : given
  return example === undefined || typeof example === 'object' ? undefined : String(example)
}

const titleOf = (name: string, { title }: JsonSchema): string => (typeof title === 'string' ? title : name)

function Group({ schema, value, onChange, problems, root, at, label }: FieldProps & { readonly label: string }) {
  return (
    <fieldset className="group">
      <legend>{label}</legend>
      <SchemaForm
        schema={schema}
        value={value}
        onChange={(next) => onChange(Object.keys(next as object).length === 0 ? undefined : next)}
        problems={problems}
        root={root}
        at={at}
      />
    </fieldset>
  )
}

interface OneOfProps extends FieldProps {
  readonly options: readonly JsonSchema[]
  readonly discriminator: string
  readonly label: string
}

function OneOf({ schema, value, onChange, problems, root, at, options, discriminator, label, isRequired }: OneOfProps) {
  const chosen = (value as Record<string, unknown> | undefined)?.[discriminator]
  const option = options.find((each) => constOf(each, discriminator) === chosen)
  return (
    <fieldset className="group">
      <legend>{label}</legend>
      <Choice
        label={label}
        isHiddenLabel
        isRequired={isRequired}
        description={typeof schema.description === 'string' ? schema.description : undefined}
        error={problems.get(at)}
        value={chosen === undefined ? undefined : String(chosen)}
        options={options.map((each) => {
          const constant = String(constOf(each, discriminator))
          return [constant, titleOf(constant, each)]
        })}
        onChange={(text) => {
          const next = options.find((each) => String(constOf(each, discriminator)) === text)!
          onChange({ [discriminator]: constOf(next, discriminator), ...(initialValue(next, root) as object) })
        }}
      />
      {option && (
        <SchemaForm schema={option} value={value} onChange={onChange} problems={problems} root={root} at={at} />
      )}
    </fieldset>
  )
}
