package io.github.x402spring.autoconfigure.discovery;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class JacksonSchemasTests {

    private final JacksonSchemas schemas = new JacksonSchemas(
            JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build());

    @Test
    void ofWhenTypeIsRecordThenAsMapperWritesIt() {
        Map<String, Object> schema = this.schemas.of(Trade.class);
        assertThat(schema).containsEntry("type", "object");
        assertThat(schema.get("properties")).hasToString("{trade_id={type=string, format=uuid}, "
                + "price={type=number, description=In euro}, count={type=integer, format=int32}, "
                + "at={type=string, format=date-time}, notes={type=array, items={type=string}}, "
                + "parent={type=object}, by_name={type=object, additionalProperties={type=boolean}}, "
                + "open={type=boolean}}");
        assertThat(schema.get("required"))
            .isEqualTo(List.of("trade_id", "price", "count", "at", "parent", "by_name", "open"));
    }

    @Test
    void ofWhenTypeCanBeAnythingThenEmpty() {
        assertThat(this.schemas.of(Object.class)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(classes = { Widening.class, FinalWidening.class, Lists.class, First.class })
    void ofWhenTypesHaveNoEndThenBounded(Class<?> type) {
        assertThat(this.schemas.of(type).toString()).hasSizeBetween(2, 100_000);
    }

    static class Widening<T> {

        public Widening<List<T>> getNext() {
            return new Widening<>();
        }

    }

    static final class FinalWidening<T> {

        public FinalWidening<List<T>> getNext() {
            return new FinalWidening<>();
        }

    }

    static final class Lists extends ArrayList<Lists> {

    }

    record First(Second a, Third b, Fourth c, Fifth d, Sixth e, Seventh f, Eighth g) {
    }

    record Second(First a, Third b, Fourth c, Fifth d, Sixth e, Seventh f, Eighth g) {
    }

    record Third(First a, Second b, Fourth c, Fifth d, Sixth e, Seventh f, Eighth g) {
    }

    record Fourth(First a, Second b, Third c, Fifth d, Sixth e, Seventh f, Eighth g) {
    }

    record Fifth(First a, Second b, Third c, Fourth d, Sixth e, Seventh f, Eighth g) {
    }

    record Sixth(First a, Second b, Third c, Fourth d, Fifth e, Seventh f, Eighth g) {
    }

    record Seventh(First a, Second b, Third c, Fourth d, Fifth e, Sixth f, Eighth g) {
    }

    record Eighth(First a, Second b, Third c, Fourth d, Fifth e, Sixth f, Seventh g) {
    }

    @NullMarked
    record Trade(UUID tradeId, @JsonPropertyDescription("In euro") BigDecimal price, int count, Instant at,
            @Nullable List<String> notes, @JsonProperty(required = true) @Nullable Trade parent,
            Map<String, Boolean> byName, boolean open) {
    }

}
