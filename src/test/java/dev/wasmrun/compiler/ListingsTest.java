package dev.wasmrun.compiler;

import static dev.wasmrun.Opcode.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wasmrun.Snippets;
import dev.wasmrun.compiler.pass.Splitting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Functions become the code that {@code src/test/resources/listings} shows, which is there to be
 * read. {@code mvn test -Dtest=ListingsTest -Dlistings.renew=true} writes it anew.
 */
class ListingsTest {
  private static final Path DIRECTORY = Path.of("src/test/resources/listings");
  private static final int SMALL = 60;
  private static final int LADDER_LIMIT = 90;

  /** What is shown. */
  enum Example {
    COUNTING_LOOP(
        Splitting.DEFAULT_LIMIT,
        body(LOOP, EMPTY, GET, 0, CONST, 1, ADD, TEE, 0, GET, 1, I32_LT_S, BR_IF, 0, END, GET, 0)),
    COUNTING_LOOP_OVER_MEMORY(
        Splitting.DEFAULT_LIMIT,
        body(
            LOOP, EMPTY, GET, 0, CONST, 5, STORE, 2, 0, GET, 0, CONST, 4, ADD, TEE, 0, GET, 1,
            I32_LT_S, BR_IF, 0, END, GET, 0)),
    LOOP_WITHOUT_COUNTER(
        Splitting.DEFAULT_LIMIT,
        body(LOOP, EMPTY, GET, 0, LOAD, 2, 0, TEE, 0, BR_IF, 0, END, GET, 0)),
    BRANCH_WITH_VALUE(
        Splitting.DEFAULT_LIMIT,
        body(
            BLOCK,
            Snippets.I32,
            CONST,
            7,
            GET,
            0,
            GET,
            1,
            I32_LT_S,
            BR_IF,
            0,
            DROP,
            CONST,
            8,
            END)),
    BRANCH_TABLE(
        Splitting.DEFAULT_LIMIT,
        body(
            BLOCK, EMPTY, BLOCK, EMPTY, GET, 0, BR_TABLE, 2, 0, 1, 0, END, CONST, 1, RETURN, END,
            CONST, 2)),
    HANDLER(
        Splitting.DEFAULT_LIMIT,
        body(
            BLOCK, EMPTY, 0x1F, EMPTY, 1, 2, 0, GET, 0, GET, 1, CALL, 1, RETURN, END, END, CONST,
            3)),
    TAIL_CALL(Splitting.DEFAULT_LIMIT, body(GET, 1, GET, 0, 0x12, 1)),
    TAIL_CALL_OF_ITSELF(Splitting.DEFAULT_LIMIT, body(GET, 1, GET, 0, 0x12, 0)),
    DIVISION_BY_TEN(Splitting.DEFAULT_LIMIT, body(GET, 0, CONST, 10, 0x6E)),
    DIVISION_BY_SEVEN(Splitting.DEFAULT_LIMIT, body(GET, 0, CONST, 7, 0x70)),
    SPLIT(SMALL, split()),
    LADDER(LADDER_LIMIT, ladder(8));

    private final int limit;
    private final int[] code;

    Example(int limit, int[] code) {
      this.limit = limit;
      this.code = code;
    }

    private static int[] body(int... code) {
      return code;
    }

    /** A sum, and a loop that reads and changes a parameter. */
    private static int[] split() {
      int[] sum = Snippets.sumOfMillions(40);
      int[] rest = {
        SET, 0, LOOP, EMPTY, GET, 0, GET, 1, ADD, GET, 1, ADD, GET, 1, ADD, GET, 1, ADD, GET, 1,
        ADD, GET, 1, ADD, TEE, 0, GET, 1, I32_LT_S, BR_IF, 0, END, GET, 0
      };
      int[] both = java.util.Arrays.copyOf(sum, sum.length + rest.length);
      System.arraycopy(rest, 0, both, sum.length, rest.length);
      return both;
    }

    /** A switch with cases that fall through, in a loop. */
    private static int[] ladder(int cases) {
      var code = IntStream.builder().add(LOOP).add(EMPTY);
      IntStream.range(0, cases).forEach(i -> code.add(BLOCK).add(EMPTY));
      IntStream.of(GET, 0, BR_TABLE, cases - 1).forEach(code::add);
      IntStream.range(0, cases).forEach(code::add);
      for (int i = 0; i < cases; i++) {
        code.add(END);
        IntStream.of(GET, 1, CONST, i + 1, ADD, GET, 0, ADD, GET, 1, ADD, SET, 1)
            .forEach(code::add);
      }
      return IntStream.concat(code.build(), IntStream.of(GET, 1, BR_IF, 0, END, GET, 0)).toArray();
    }

    String listing() {
      var snippets = new Snippets();
      snippets.body(2, code);
      snippets.body(2, GET, 0);
      return Listing.of(snippets.module(), limit);
    }

    Path file() {
      return DIRECTORY.resolve(name().toLowerCase(Locale.ROOT).replace('_', '-') + ".txt");
    }
  }

  @ParameterizedTest
  @EnumSource(Example.class)
  void aFunctionBecomesWhatIsListed(Example example) throws IOException {
    String listing = example.listing();
    if (Boolean.getBoolean("listings.renew")) {
      Files.writeString(example.file(), listing);
    }
    assertEquals(
        Files.exists(example.file()) ? Files.readString(example.file()) : "nothing",
        listing,
        "if it is meant to be so: mvn test -Dtest=ListingsTest -Dlistings.renew=true, and read"
            + " what has changed");
  }
}
