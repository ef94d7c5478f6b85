"""Runs in the SDK's Python: prints the models of the SDK and LINE's OpenAPI schemas.

``{"models": {name: {property: required}}, "variants": {name: {type: name}},
"schemas": the same of the official description, or null when it is not there}``
"""

import json
import pathlib
import sys

import yaml
from linebot.v3.messaging import models


def of_sdk(names):
    for name in names:
        model = getattr(models, name)
        fields = model.__fields__.values()
        yield name, {field.alias: bool(field.required) for field in fields}


def variants_of_sdk(names):
    for name in names:
        model = getattr(models, name)
        yield name, getattr(model, f"_{name}__discriminator_value_class_map")


def reference(schema):
    return schema["$ref"].rsplit("/", 1)[-1]


def of_openapi(folder, names):
    """Properties, enumerations and variants of the official description."""
    text = pathlib.Path(folder, "messaging-api.yml").read_text(encoding="utf-8")
    schemas = yaml.safe_load(text)["components"]["schemas"]

    def merged(name):
        properties, required = {}, set()
        schema = schemas[name]
        for part in [schema, *schema.get("allOf", ())]:
            if "$ref" in part:
                inherited = merged(reference(part))
                properties |= inherited["properties"]
                required |= set(inherited["required"])
            properties |= part.get("properties", {})
            required |= set(part.get("required", ()))
        return {"properties": properties, "required": sorted(required)}

    for name in names:
        if name not in schemas:
            continue
        found = merged(name)
        enums = {
            key: value["enum"]
            for key, value in found["properties"].items()
            if "enum" in value
        }
        mapping = schemas[name].get("discriminator", {}).get("mapping", {})
        yield (
            name,
            {
                "properties": sorted(found["properties"]),
                "required": found["required"],
                "enums": enums,
                "variants": {
                    key: value.rsplit("/", 1)[-1] for key, value in mapping.items()
                },
            },
        )


if __name__ == "__main__":
    given = json.load(sys.stdin)
    names, variants, folder = given["names"], given["variants"], given["folder"]
    schemas = dict(of_openapi(folder, [*names, *variants])) if folder else None
    found = {
        "models": dict(of_sdk(names)),
        "variants": dict(variants_of_sdk(variants)),
        "schemas": schemas,
    }
    json.dump(found, sys.stdout)
