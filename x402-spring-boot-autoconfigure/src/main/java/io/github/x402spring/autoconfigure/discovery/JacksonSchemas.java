package io.github.x402spring.autoconfigure.discovery;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Nullness;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsonFormatVisitors.JsonAnyFormatVisitor;
import tools.jackson.databind.jsonFormatVisitors.JsonArrayFormatVisitor;
import tools.jackson.databind.jsonFormatVisitors.JsonBooleanFormatVisitor;
import tools.jackson.databind.jsonFormatVisitors.JsonFormatTypes;
import tools.jackson.databind.jsonFormatVisitors.JsonFormatVisitable;
import tools.jackson.databind.jsonFormatVisitors.JsonFormatVisitorWrapper;
import tools.jackson.databind.jsonFormatVisitors.JsonIntegerFormatVisitor;
import tools.jackson.databind.jsonFormatVisitors.JsonMapFormatVisitor;
import tools.jackson.databind.jsonFormatVisitors.JsonNumberFormatVisitor;
import tools.jackson.databind.jsonFormatVisitors.JsonObjectFormatVisitor;
import tools.jackson.databind.jsonFormatVisitors.JsonStringFormatVisitor;
import tools.jackson.databind.jsonFormatVisitors.JsonValueFormat;
import tools.jackson.databind.jsonFormatVisitors.JsonValueFormatVisitor;
import tools.jackson.databind.ser.BeanPropertyWriter;

/**
 * JSON schemas of types, as the application's mapper writes them. A type inside itself is
 * an object without more, and beyond {@value #MAX_DEPTH} levels or {@value #MAX_VALUES}
 * values a value can be anything: types that refer to each other would have no end.
 */
final class JacksonSchemas {

    private static final int MAX_DEPTH = 12;

    private static final int MAX_VALUES = 500;

    private static final Logger logger = LoggerFactory.getLogger(JacksonSchemas.class);

    private static final Map<JsonValueFormat, String> FORMATS = Map.of(JsonValueFormat.DATE, "date",
            JsonValueFormat.DATE_TIME, "date-time", JsonValueFormat.TIME, "time", JsonValueFormat.UUID, "uuid",
            JsonValueFormat.URI, "uri", JsonValueFormat.EMAIL, "email");

    private final JsonMapper mapper;

    JacksonSchemas(JsonMapper mapper) {
        this.mapper = mapper;
    }

    /**
     * Describes a type.
     * @return the schema; empty if the type can be anything
     */
    Map<String, Object> of(Type type) {
        Map<String, Object> schema = new LinkedHashMap<>();
        JavaType known = this.mapper.constructType(type);
        if (known.isJavaLangObject()) {
            return schema;
        }
        try {
            this.mapper.acceptJsonFormatVisitor(known, new SchemaVisitor(schema, new Walk(known), null));
        }
        // Jackson has no end for some types that refer to themselves.
        catch (RuntimeException | LinkageError | StackOverflowError ex) {
            logger.debug("Type {} has no JSON schema", type, ex);
            return Map.of();
        }
        return schema;
    }

    /** Reads a schema or an example that configuration states. */
    Object parse(String json) {
        return this.mapper.readValue(json, Object.class);
    }

    private static final class SchemaVisitor extends JsonFormatVisitorWrapper.Base {

        private final Map<String, Object> schema;

        private final Walk walk;

        SchemaVisitor(Map<String, Object> schema, Walk walk, @Nullable SerializationContext context) {
            super(context);
            this.schema = schema;
            this.walk = walk;
        }

        private Map<String, Object> describe(@Nullable JsonFormatVisitable visitable, JavaType type) {
            Map<String, Object> described = new LinkedHashMap<>();
            if (type.isJavaLangObject()) {
                return described;
            }
            if (this.walk.isInside(type)) {
                if (!type.isContainerType()) {
                    described.put("type", "object");
                }
                return described;
            }
            if (!this.walk.enter(type)) {
                return described;
            }
            JsonFormatVisitable found = (visitable != null) ? visitable
                    : getContext().findPrimaryPropertySerializer(type, null);
            found.acceptJsonFormatVisitor(new SchemaVisitor(described, this.walk, getContext()), type);
            this.walk.leave();
            return described;
        }

        @Override
        public JsonObjectFormatVisitor expectObjectFormat(JavaType type) {
            this.schema.put("type", "object");
            Map<String, Object> properties = new LinkedHashMap<>();
            List<String> required = new ArrayList<>();
            this.schema.put("properties", properties);
            return new JsonObjectFormatVisitor.Base(getContext()) {

                @Override
                public void property(BeanProperty property) {
                    add(property, true);
                }

                @Override
                public void optionalProperty(BeanProperty property) {
                    add(property, isNeverNull(property));
                }

                @Override
                public void property(String name, JsonFormatVisitable handler, JavaType propertyType) {
                    properties.put(name, describe(handler, propertyType));
                }

                @Override
                public void optionalProperty(String name, JsonFormatVisitable handler, JavaType propertyType) {
                    property(name, handler, propertyType);
                }

                private void add(BeanProperty property, boolean always) {
                    JsonFormatVisitable own = (property instanceof BeanPropertyWriter writer) ? writer.getSerializer()
                            : null;
                    Map<String, Object> described = describe(
                            (own != null) ? own
                                    : getContext().findPrimaryPropertySerializer(property.getType(), property),
                            property.getType());
                    String text = property.getMetadata().getDescription();
                    if (text != null) {
                        described.put("description", text);
                    }
                    properties.put(property.getName(), described);
                    if (always) {
                        required.add(property.getName());
                        SchemaVisitor.this.schema.put("required", required);
                    }
                }

            };
        }

        private static boolean isNeverNull(BeanProperty property) {
            AnnotatedElement member = property.getMember().getAnnotated();
            return switch (member) {
                case Method method -> Nullness.forMethodReturnType(method) == Nullness.NON_NULL;
                case Field field -> Nullness.forField(field) == Nullness.NON_NULL;
                default -> false;
            };
        }

        @Override
        public JsonArrayFormatVisitor expectArrayFormat(JavaType type) {
            this.schema.put("type", "array");
            return new JsonArrayFormatVisitor.Base(getContext()) {

                @Override
                public void itemsFormat(JsonFormatVisitable handler, JavaType elementType) {
                    SchemaVisitor.this.schema.put("items", describe(handler, elementType));
                }

                @Override
                public void itemsFormat(JsonFormatTypes format) {
                    SchemaVisitor.this.schema.put("items", Map.of("type", format.value()));
                }

            };
        }

        @Override
        public JsonMapFormatVisitor expectMapFormat(JavaType type) {
            this.schema.put("type", "object");
            return new JsonMapFormatVisitor.Base(getContext()) {

                @Override
                public void valueFormat(JsonFormatVisitable handler, JavaType valueType) {
                    SchemaVisitor.this.schema.put("additionalProperties", describe(handler, valueType));
                }

            };
        }

        @Override
        public JsonStringFormatVisitor expectStringFormat(JavaType type) {
            this.schema.put("type", "string");
            return new StringVisitor(this.schema);
        }

        @Override
        public JsonNumberFormatVisitor expectNumberFormat(JavaType type) {
            this.schema.put("type", "number");
            return new JsonNumberFormatVisitor.Base();
        }

        @Override
        public JsonIntegerFormatVisitor expectIntegerFormat(JavaType type) {
            this.schema.put("type", "integer");
            return new JsonIntegerFormatVisitor.Base() {

                @Override
                public void numberType(JsonParser.@Nullable NumberType number) {
                    if (number == JsonParser.NumberType.INT || number == JsonParser.NumberType.LONG) {
                        SchemaVisitor.this.schema.put("format",
                                (number == JsonParser.NumberType.INT) ? "int32" : "int64");
                    }
                }

            };
        }

        @Override
        public JsonBooleanFormatVisitor expectBooleanFormat(JavaType type) {
            this.schema.put("type", "boolean");
            return new JsonBooleanFormatVisitor.Base();
        }

        @Override
        public JsonAnyFormatVisitor expectAnyFormat(JavaType type) {
            return new JsonAnyFormatVisitor.Base();
        }

    }

    /**
     * Types on the way to the value that is described, and the number of values
     * described.
     */
    private static final class Walk {

        private final Deque<JavaType> enclosing = new ArrayDeque<>();

        private int described;

        Walk(JavaType root) {
            this.enclosing.push(root);
        }

        boolean isInside(JavaType type) {
            return this.enclosing.contains(type);
        }

        boolean enter(JavaType type) {
            if (this.enclosing.size() == MAX_DEPTH || this.described == MAX_VALUES) {
                return false;
            }
            this.described++;
            this.enclosing.push(type);
            return true;
        }

        void leave() {
            this.enclosing.pop();
        }

    }

    private static final class StringVisitor extends JsonValueFormatVisitor.Base implements JsonStringFormatVisitor {

        private final Map<String, Object> schema;

        StringVisitor(Map<String, Object> schema) {
            this.schema = schema;
        }

        @Override
        public void format(JsonValueFormat format) {
            String name = FORMATS.get(format);
            if (name != null) {
                this.schema.put("format", name);
            }
        }

        @Override
        public void enumTypes(Set<String> values) {
            this.schema.put("enum", List.copyOf(values));
        }

    }

}
