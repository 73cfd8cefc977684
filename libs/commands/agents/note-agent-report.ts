import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  isSameTrouble,
  mostTroubles,
  type AgentReport,
  type ReportedPeople,
} from '#libs/directory/protocol/agent-report';
import { AgentReports } from '#libs/runtime/agent-reports';

/** An agent tells how it is. */
export class NoteAgentReport extends Command<void> {
  constructor(
    readonly agentId: string,
    readonly tenantId: string,
    readonly report: AgentReport,
  ) {
    super();
  }
}

@CommandHandler(NoteAgentReport)
export class NoteAgentReportHandler implements ICommandHandler<NoteAgentReport> {
  constructor(private readonly reports: AgentReports) {}

  async execute({ agentId, tenantId, report }: NoteAgentReport): Promise<void> {
    const before = (await this.reports.of(agentId))?.report as AgentReport | undefined;
    await this.reports.keep(agentId, tenantId, before ? remembering(before, report) : report);
  }
}

/** An agent that was started anew knows nothing of what it told before. */
export function remembering(before: AgentReport, now: AgentReport): AgentReport {
  const earlier = before.troubles.filter((old) => !now.troubles.some((one) => isSameTrouble(old, one)));
  const troubles = [...now.troubles, ...earlier].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  const people = rememberingPeople(before.directory.people, now.directory.people);
  return {
    ...now,
    directory: { ...now.directory, ...(people && { people }) },
    troubles: troubles.slice(0, mostTroubles),
  };
}

function rememberingPeople(before?: ReportedPeople, now?: ReportedPeople): ReportedPeople | undefined {
  const told = now?.told ?? before?.told;
  const people = now ?? before;
  return people && { ...people, ...(told && { told }) };
}
