package dev.wasmrun.serve;

import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The description of a server's calls by OpenAPI 3.1. */
final class OpenApi {
  private static final String JSON = "application/json";

  private OpenApi() {}

  /** As the fields of a JSON object. */
  static Map<String, Object> of(GuestModule module) {
    var paths = new LinkedHashMap<String, Object>();
    module
        .exportedFunctions()
        .forEach(
            (name, signature) -> {
              if (Status.isCallable(signature)) {
                paths.put("/invoke/" + encoded(name), Map.of("post", call(name, signature)));
              }
            });
    paths.put(
        "/health",
        Map.of("get", get("Whether calls are accepted and workers there for them", JSON)));
    paths.put("/metrics", Map.of("get", get("Figures for Prometheus", "text/plain")));
    return ordered(
        "openapi",
        "3.1.0",
        "info",
        ordered("title", module.name(), "version", "1"),
        "paths",
        paths);
  }

  private static Map<String, Object> call(String name, Signature signature) {
    return ordered(
        "operationId",
        name,
        "summary",
        name + " " + signature,
        "requestBody",
        ordered("required", true, "content", content(object("args", signature.params()))),
        "responses",
        ordered(
            "200",
            ordered(
                "description",
                "What it returned",
                "content",
                content(object("results", signature.results()))),
            "default",
            ordered("description", "Why it did not", "content", content(error()))));
  }

  private static Map<String, Object> get(String description, String type) {
    return ordered(
        "summary",
        description,
        "responses",
        Map.of("200", ordered("description", description, "content", Map.of(type, Map.of()))));
  }

  private static Map<String, Object> content(Map<String, Object> schema) {
    return Map.of(JSON, Map.of("schema", schema));
  }

  /** An object with a tuple. */
  private static Map<String, Object> object(String name, List<ValueType> types) {
    return ordered(
        "type",
        "object",
        "required",
        List.of(name),
        "properties",
        Map.of(
            name,
            ordered(
                "type",
                "array",
                "prefixItems",
                types.stream().map(OpenApi::number).toList(),
                "minItems",
                types.size(),
                "maxItems",
                types.size())));
  }

  /** Large integers, NaN and Infinity are texts, and so may be every number. */
  private static Map<String, Object> number(ValueType type) {
    boolean whole = type == ValueType.I32 || type == ValueType.I64;
    return ordered(
        "type", List.of(whole ? "integer" : "number", "string"), "description", type.toString());
  }

  private static Map<String, Object> error() {
    return ordered(
        "type",
        "object",
        "required",
        List.of("error"),
        "properties",
        ordered(
            "error",
            Map.of("type", "string"),
            "backtrace",
            ordered("type", "array", "items", Map.of("type", "string")),
            "exitCode",
            Map.of("type", "integer")));
  }

  /** A name as a part of a path. */
  private static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static Map<String, Object> ordered(Object... namesAndValues) {
    var object = new LinkedHashMap<String, Object>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      object.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return object;
  }
}
