import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Req, UseGuards } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { EnrolAgent } from '#libs/commands/agents/enrol-agent';
import { ImportPeople } from '#libs/commands/agents/import-people';
import { NoteAgentReport } from '#libs/commands/agents/note-agent-report';
import { NoteDirectorySignIns } from '#libs/commands/agents/note-directory-sign-ins';
import { NoteGonePeople } from '#libs/commands/agents/note-gone-people';
import { RollAgentKeys } from '#libs/commands/agents/roll-agent-keys';
import type { Caller } from '#libs/commands/caller';
import { RecordReceipt } from '#libs/commands/writeback/record-receipt';
import { RepeatCommand } from '#libs/commands/writeback/repeat-command';
import type { Enrolled, Polled, WriteCommand } from '#libs/directory/protocol/agent-messages';
import type { AgentState } from '#libs/domain/agent/agent';
import { Clock } from '#libs/runtime/clock';
import { From } from '../caller.decorator.js';
import { AgentFeed } from './agent-feed.js';
import { AgentGuard, AskedBy } from './agent.guard.js';
import { AgentReportBody } from './agent-report.dto.js';
import {
  AskingBody,
  DirectorySignInsBody,
  EnrolmentBody,
  GonePeopleBody,
  KeysBody,
  PeopleBody,
  ReceiptBody,
} from './agent.dto.js';

/** Where a customer's agent asks for work: always from its side, always signed. */
@ApiTags('agents')
@Controller('api/v1/agent')
export class AgentController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly feed: AgentFeed,
    private readonly clock: Clock,
  ) {}

  /** The only call without a signature: a one-time code becomes an identity. */
  @Post('enrolment')
  enrol(@Body() body: EnrolmentBody, @From() caller: Caller): Promise<Enrolled> {
    return this.commands.execute(new EnrolAgent(body, caller));
  }

  /** Answers with a command as soon as there is one, or without after at most 25 s. */
  @Get('commands')
  @UseGuards(AgentGuard)
  async poll(@AskedBy() { agentId, tenantId }: AgentState, @Req() request: FastifyRequest): Promise<Polled> {
    return this.#polled(await this.feed.next({ agentId, tenantId }, request.raw));
  }

  /** The same, for an agent that names what it has begun: what it took and never got it gets now. */
  @Post('commands')
  @HttpCode(200)
  @UseGuards(AgentGuard)
  async ask(
    @AskedBy() { agentId, tenantId }: AgentState,
    @Body() { holding }: AskingBody,
    @Req() request: FastifyRequest,
  ): Promise<Polled> {
    return this.#polled(await this.feed.next({ agentId, tenantId, holding }, request.raw));
  }

  /** What this agent took before it was restarted, once more; null when that is over, or was never its own. */
  @Post('commands/:writebackId')
  @HttpCode(200)
  @UseGuards(AgentGuard)
  async again(
    @AskedBy() { agentId, tenantId }: AgentState,
    @Param('writebackId', ParseUUIDPipe) writebackId: string,
  ): Promise<Polled> {
    return this.#polled(await this.queries.execute(new RepeatCommand(agentId, tenantId, writebackId)));
  }

  /** What became of a command. Repeated until it is answered, it changes nothing more. */
  @Post('receipts')
  @HttpCode(200)
  @UseGuards(AgentGuard)
  async receipt(
    @AskedBy() { agentId, tenantId }: AgentState,
    @Body() { rules, ...receipt }: ReceiptBody,
  ): Promise<{ now: string }> {
    const plain = { ...receipt, ...(rules && { rules: { ...rules } }) };
    await this.commands.execute(new RecordReceipt(agentId, tenantId, plain));
    return { now: this.clock.now().toISOString() };
  }

  /** People it read in the directory, at most 25 at a time. */
  @Post('people')
  @HttpCode(200)
  @UseGuards(AgentGuard)
  async people(@AskedBy() { agentId, tenantId }: AgentState, @Body() { people }: PeopleBody) {
    const imported = await this.commands.execute(new ImportPeople(agentId, tenantId, people));
    return { now: this.clock.now().toISOString(), ...imported };
  }

  /** People it finds in the directory no more, by the directory's ids. */
  @Post('people/gone')
  @HttpCode(200)
  @UseGuards(AgentGuard)
  async gone(@AskedBy() { agentId, tenantId }: AgentState, @Body() { userIds }: GonePeopleBody) {
    const noted = await this.commands.execute(new NoteGonePeople(agentId, tenantId, userIds));
    return { now: this.clock.now().toISOString(), ...noted };
  }

  /** On which day people last signed in at the directory, at most 100 at a time. */
  @Post('people/sign-ins')
  @HttpCode(200)
  @UseGuards(AgentGuard)
  async signIns(@AskedBy() { agentId, tenantId }: AgentState, @Body() { signIns }: DirectorySignInsBody) {
    const noted = await this.commands.execute(new NoteDirectorySignIns(agentId, tenantId, signIns));
    return { now: this.clock.now().toISOString(), ...noted };
  }

  @Post('keys')
  @HttpCode(200)
  @UseGuards(AgentGuard)
  async keys(@AskedBy() { agentId, tenantId }: AgentState, @Body() body: KeysBody): Promise<{ now: string }> {
    await this.commands.execute(new RollAgentKeys({ agentId, tenantId }, body));
    return { now: this.clock.now().toISOString() };
  }

  /** How it is, for the page of those who look after it. */
  @Post('report')
  @HttpCode(200)
  @UseGuards(AgentGuard)
  async report(
    @AskedBy() { agentId, tenantId }: AgentState,
    @Body() report: AgentReportBody,
  ): Promise<{ now: string }> {
    await this.commands.execute(new NoteAgentReport(agentId, tenantId, report));
    return { now: this.clock.now().toISOString() };
  }

  #polled = (command: WriteCommand | undefined): Polled => ({
    now: this.clock.now().toISOString(),
    command: command ?? null,
  });
}
