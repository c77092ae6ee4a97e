package dev.wasmrun.messages;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

/**
 * The functions that others may call by name through a port, with a {@link Caller} at its other
 * side. Defined by one thread, then served to any number of ports.
 *
 * <pre>{@code
 * new Procedures()
 *     .define("add", arguments -> (int) arguments.get(0) + (int) arguments.get(1))
 *     .serve(port, loop);
 * }</pre>
 */
public final class Procedures {

  /** The body of a procedure. */
  @FunctionalInterface
  public interface Body {
    /**
     * Runs on the executor that serves, one call at a time for each port.
     *
     * @param arguments the caller's, in their order
     * @return what the caller gets; a {@link CompletionStage} stands for what it will complete
     *     with, and meanwhile other calls are served
     */
    Object call(List<Object> arguments) throws Exception;
  }

  /**
   * A call on its way.
   *
   * @param id by which the reply is found to belong to it
   */
  record Request(long id, String name, List<Object> arguments) {}

  /**
   * What became of a call.
   *
   * @param failure why there is no value; null if there is
   */
  record Reply(long id, Object value, String failure) {}

  private final Map<String, Body> bodies = new TreeMap<>();

  /** Creates a set of procedures, empty so far. */
  public Procedures() {}

  /**
   * Adds one.
   *
   * @throws IllegalArgumentException if there is one of that name
   */
  public Procedures define(String name, Body body) {
    if (bodies.putIfAbsent(name, body) != null) {
      throw new IllegalArgumentException("there is a procedure '%s' already".formatted(name));
    }
    return this;
  }

  /**
   * Answers calls that come through a port, until the caller closes it.
   *
   * @return as {@link MessageReceiver#onMessage}; a procedure that throws does not end it but fails
   *     its call
   */
  public CompletableFuture<Void> serve(MessagePort port, Executor executor) {
    var served = Map.copyOf(bodies);
    return port.onMessage(executor, message -> answer(served, port, message.as(Request.class)));
  }

  private static void answer(Map<String, Body> bodies, MessagePort port, Request request) {
    Body body = bodies.get(request.name());
    if (body == null) {
      reply(port, request, null, "there is no such procedure; there are " + names(bodies));
      return;
    }
    try {
      Object value = body.call(request.arguments());
      if (value instanceof CompletionStage<?> later) {
        later.whenComplete((result, failure) -> reply(port, request, result, text(failure)));
      } else {
        reply(port, request, value, null);
      }
    } catch (Exception e) {
      reply(port, request, null, text(e));
    }
  }

  private static String names(Map<String, Body> bodies) {
    return bodies.isEmpty()
        ? "none"
        : bodies.keySet().stream().sorted().collect(Collectors.joining(", "));
  }

  private static String text(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause == null ? null : cause.toString();
  }

  private static void reply(MessagePort port, Request request, Object value, String failure) {
    try {
      try {
        port.post(new Reply(request.id(), value, failure));
      } catch (DataCloneException e) {
        port.post(new Reply(request.id(), null, "its result: " + e.getMessage()));
      }
    } catch (PortClosedException e) {
      return; // the caller has gone, and with it whoever would want to know
    }
  }

  /** A request with its arguments as a list. */
  static Request request(long id, String name, Object[] arguments) {
    var list = new ArrayList<Object>(arguments.length);
    for (Object argument : arguments) {
      list.add(argument);
    }
    return new Request(id, name, list);
  }
}
