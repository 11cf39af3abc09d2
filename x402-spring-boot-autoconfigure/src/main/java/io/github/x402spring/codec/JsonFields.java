package io.github.x402spring.codec;

import java.io.ByteArrayOutputStream;
import java.util.Set;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Copier of JSON documents that omits the members that are not named. Numbers retain
 * every digit. Thread-safe.
 */
final class JsonFields {

    private static final JsonFactory FACTORY = JsonFactory.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
        .build();

    private final Set<String> fields;

    /**
     * Creates a copier.
     * @param fields the members to keep, each with all below it, in dotted notation from
     * the root; elements of an array are named like the array
     */
    JsonFields(Set<String> fields) {
        this.fields = Set.copyOf(fields);
    }

    /**
     * Copies a document.
     * @param document one JSON object or array in UTF-8
     * @return the document without the other members
     * @throws MalformedJsonException if it is anything else
     */
    byte[] keep(byte[] document) throws MalformedJsonException {
        ByteArrayOutputStream copy = new ByteArrayOutputStream(document.length);
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), document);
                JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), copy)) {
            JsonToken root = parser.nextToken();
            if (root == null || !root.isStructStart()) {
                throw new MalformedJsonException("The document has no members");
            }
            copy(parser, generator, "");
            if (parser.nextToken() != null) {
                throw new MalformedJsonException("Something stands behind the document");
            }
        }
        catch (JacksonException ex) {
            // Its message may quote what must not leave.
            throw new MalformedJsonException("The document is not JSON");
        }
        return copy.toByteArray();
    }

    private void copy(JsonParser parser, JsonGenerator generator, String path) {
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            generator.writeStartArray();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (parser.currentToken().isStructStart()) {
                    copy(parser, generator, path);
                }
            }
            generator.writeEndArray();
            return;
        }
        generator.writeStartObject();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            copyMember(parser, generator, name, path.isEmpty() ? name : path + "." + name);
        }
        generator.writeEndObject();
    }

    private void copyMember(JsonParser parser, JsonGenerator generator, String name, String path) {
        if (this.fields.contains(path)) {
            generator.writeName(name);
            generator.copyCurrentStructureExact(parser);
        }
        else if (parser.currentToken().isStructStart() && leadsToField(path)) {
            generator.writeName(name);
            copy(parser, generator, path);
        }
        else {
            parser.skipChildren();
        }
    }

    private boolean leadsToField(String path) {
        for (String field : this.fields) {
            if (field.startsWith(path) && field.startsWith(".", path.length())) {
                return true;
            }
        }
        return false;
    }

}
