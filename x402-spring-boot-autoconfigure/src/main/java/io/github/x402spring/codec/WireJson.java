package io.github.x402spring.codec;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reader and writer of the JSON of the wire, with a mapper of its own, never the
 * application's. Reading is strict: UTF-8, one object, no duplicate keys, nothing behind
 * it, no half of a character, nesting and lengths bounded. Numbers become
 * {@code BigInteger} or {@code BigDecimal}. Thread-safe.
 *
 * @since 0.1.0
 */
public final class WireJson {

    private static final int MAX_DEPTH = 24;

    private static final int MAX_NUMBER_LENGTH = 80;

    private static final int MAX_NAME_LENGTH = 256;

    private static final TypeReference<Map<String, @Nullable Object>> OBJECT = new TypeReference<>() {
    };

    private final ObjectReader reader;

    private final ObjectWriter writer;

    private final int maxLength;

    /**
     * Creates a reader and writer.
     * @param maxLength the longest document that is read, in bytes
     */
    public WireJson(int maxLength) {
        this.maxLength = maxLength;
        StreamReadConstraints constraints = StreamReadConstraints.builder()
            .maxNestingDepth(MAX_DEPTH)
            .maxNumberLength(MAX_NUMBER_LENGTH)
            .maxNameLength(MAX_NAME_LENGTH)
            .maxStringLength(maxLength)
            .maxDocumentLength(maxLength)
            .build();
        JsonFactory factory = JsonFactory.builder()
            .streamReadConstraints(constraints)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();
        JsonMapper mapper = JsonMapper.builder(factory)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
            .build();
        this.reader = mapper.readerFor(OBJECT);
        this.writer = mapper.writerFor(OBJECT);
    }

    /**
     * Reads one JSON object.
     * @param utf8 the document
     * @return the object's tree
     * @throws MalformedJsonException if the document is anything else
     */
    public Map<String, @Nullable Object> readObject(byte[] utf8) throws MalformedJsonException {
        if (utf8.length > this.maxLength) {
            throw new MalformedJsonException("The document is too long");
        }
        // Jackson would guess UTF-16 and UTF-32 from the bytes; the wire is UTF-8.
        String text = decode(utf8);
        try {
            Map<String, @Nullable Object> object = this.reader.readValue(text);
            if (object == null) {
                throw new MalformedJsonException("The document is null");
            }
            // Only an escape can spell half a character, which is not text in UTF-8.
            if (text.contains("\\") && !writable(object)) {
                throw new MalformedJsonException("The document is not Unicode text");
            }
            return object;
        }
        catch (JacksonException ex) {
            // Its message may quote the input, and the input may be a payment.
            throw new MalformedJsonException("The document is not a JSON object of the expected form");
        }
    }

    /**
     * Writes a tree as compact JSON.
     * @param tree the tree
     * @return the document in UTF-8
     */
    public byte[] write(Map<String, ?> tree) {
        return this.writer.writeValueAsBytes(tree);
    }

    /**
     * Reads a whole number of a tree by its value: {@code 2}, {@code 2.0} and {@code 2e0}
     * are the same number.
     * @param value a value of a tree
     * @return the number; empty if the value is no number, has a fraction or has more
     * than 96 digits
     */
    public static Optional<BigInteger> wholeNumber(@Nullable Object value) {
        return WholeNumbers.tryRead(value);
    }

    /**
     * Copies a document without the members that are not named. Numbers retain every
     * digit.
     * @param document one JSON object or array in UTF-8
     * @param fields the members to keep, each with all below it, in dotted notation from
     * the root; elements of an array are named like the array
     * @return the document without the other members
     * @throws MalformedJsonException if it is anything else
     */
    public static byte[] keep(byte[] document, Set<String> fields) throws MalformedJsonException {
        return new JsonFields(fields).keep(document);
    }

    private static boolean writable(@Nullable Object node) {
        switch (node) {
            case String text -> {
                return wellFormed(text);
            }
            case Map<?, ?> members -> {
                for (Map.Entry<?, ?> member : members.entrySet()) {
                    if (!writable(member.getKey()) || !writable(member.getValue())) {
                        return false;
                    }
                }
            }
            case List<?> items -> {
                for (Object item : items) {
                    if (!writable(item)) {
                        return false;
                    }
                }
            }
            case null, default -> {
                return true;
            }
        }
        return true;
    }

    private static boolean wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (Character.isSurrogate(character)) {
                boolean pair = i + 1 < text.length() && Character.isSurrogatePair(character, text.charAt(i + 1));
                if (!pair) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    private static String decode(byte[] utf8) throws MalformedJsonException {
        try {
            return StandardCharsets.UTF_8.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)
                .decode(ByteBuffer.wrap(utf8))
                .toString();
        }
        catch (CharacterCodingException ex) {
            throw new MalformedJsonException("The document is not UTF-8");
        }
    }

}
