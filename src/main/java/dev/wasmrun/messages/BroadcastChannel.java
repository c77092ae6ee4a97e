package dev.wasmrun.messages;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A membership in a group that is known by a name: what a member posts, all others receive, each a
 * copy of its own.
 *
 * <p>Messages come to all members in the same order, also those of different posters; a member
 * receives what is posted from when it has joined until it closes its membership. Nothing can be
 * transferred, for there may be many receivers or none. Unread messages never make a poster wait,
 * so a member that does not read should close. Thread-safe.
 */
public final class BroadcastChannel extends MessageReceiver {
  /** The groups of this JVM that have members. */
  private static final Map<String, Group> GROUPS = new ConcurrentHashMap<>();

  /** Those who have joined. The lock is held while posting, so that all see the same order. */
  private static final class Group {
    private final List<BroadcastChannel> members = new CopyOnWriteArrayList<>();
  }

  private final String name;
  private final Lane in;

  private BroadcastChannel(String name) {
    this.name = name;
    this.in =
        new Lane("a member of broadcast channel '%s'".formatted(name), Integer.MAX_VALUE, false);
  }

  /** Joins the group of this name in this JVM; the first member creates it. */
  public static BroadcastChannel join(String name) {
    var member = new BroadcastChannel(name);
    GROUPS.compute(
        name,
        (same, existing) -> {
          Group group = existing == null ? new Group() : existing;
          group.members.add(member);
          return group;
        });
    return member;
  }

  /** The group's name. */
  public String name() {
    return name;
  }

  /**
   * Posts a copy of a value to every other member.
   *
   * @return to how many
   * @throws DataCloneException if part of the value cannot be copied; nobody gets it then
   * @throws PortClosedException if this membership is closed
   */
  public int post(Object value) {
    Object original = StructuredClone.of(value);
    Group group = GROUPS.get(name);
    if (group == null || !group.members.contains(this)) {
      throw new PortClosedException("cannot post: %s is closed".formatted(this));
    }
    var news = new ArrayList<Runnable>();
    synchronized (group) {
      for (BroadcastChannel member : group.members) {
        if (member != this) {
          var copy = new Message(StructuredClone.of(original), List.of());
          member.in.addUntold(copy).ifPresent(news::add);
        }
      }
    }
    news.forEach(Runnable::run); // tasks of their executors
    return news.size();
  }

  /**
   * Leaves the group, and ends whoever waits for a message here. What this member has not received
   * the others have, so nothing is reported. Closing again does nothing.
   */
  @Override
  public void close() {
    GROUPS.computeIfPresent(
        name,
        (same, group) -> {
          group.members.remove(this);
          return group.members.isEmpty() ? null : group;
        });
    in.unread(); // or there would be a warning of what is lost to nobody
    in.closeReader();
  }

  @Override
  Lane incoming() {
    return in;
  }

  @Override
  boolean reads(Lane lane) {
    return true;
  }

  @Override
  public String toString() {
    return "broadcast channel '%s'".formatted(name);
  }
}
